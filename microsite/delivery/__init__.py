"""How answers leave the house: page store, headers, static export, the server."""
