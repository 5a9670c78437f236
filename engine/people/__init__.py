"""Who is who, who looked at whose file, and whose record is erased."""
