"""How the confidence table is fitted, and judged on other pages than it was fitted on."""
