"""Pictures of ladders: as a sheet that prints (SVG, HTML), and as Mermaid, text to paste into documents.

``picture`` says what is drawn, ``placing`` where the boxes of the graph stand, ``sheet`` on which paper and where on
it; ``ladder_svg``, ``pyramid``, ``mermaid`` and ``page`` write it.  Same input, same bytes.
"""
