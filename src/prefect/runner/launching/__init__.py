"""How processes of runs are started: forked by a launcher process where that is possible, else by a new interpreter."""
