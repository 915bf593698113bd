"""How answers leave the house: headers, compression, the server."""
