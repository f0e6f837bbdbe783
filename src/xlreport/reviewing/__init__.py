"""Everything there is to say about a filing: rules, prose, last year, explanations."""
