"""How parts of servers hear of one another: rows in the database are the truth, bells only wake who reads them."""
