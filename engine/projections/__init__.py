"""Events to projections, in the transaction of every append and in a rebuild."""
