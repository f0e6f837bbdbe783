"""From a checked filing to what people read: Word, HTML, PDF."""
