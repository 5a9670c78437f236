"""What people see: each screen takes what the house says and lays it out; none asks a question of its own.

Answer first, reasons under it, the way to check it last.
"""
