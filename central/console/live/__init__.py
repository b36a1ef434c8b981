"""The live board, the nodes, and orders to a hall."""
