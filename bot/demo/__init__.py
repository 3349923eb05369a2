"""One incident, from the first alert to the search hit, through the real application on this machine."""
