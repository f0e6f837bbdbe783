"""From a checked filing to what people read: Word, HTML, PDF; and the lint of Word templates."""
