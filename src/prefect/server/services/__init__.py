"""What the server does by itself, each as a loop that may die at any line.

A service looks for what is due and does it, a batch to a transaction. What it does is safe to do twice, and to do in
several servers at once; claims only save them the work.
"""
