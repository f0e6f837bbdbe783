"""What staff get back when something is wrong: the page, the marked copy, advice."""
