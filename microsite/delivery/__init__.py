"""How answers leave the house: page cache, headers, static export, the server."""
