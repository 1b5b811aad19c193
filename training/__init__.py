"""How the reader of lines was made: line maker, network, training; no part of the product."""
