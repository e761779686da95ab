"""Reports: one function for each figure, with its formula; screens and exports show the same number."""
