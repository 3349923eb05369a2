"""A labelled set for search and similarity: postmortems, what people ask for, and which belong together."""
