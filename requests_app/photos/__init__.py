"""Photos of service requests: taken from strangers, drawn anew in a limited child process, stored by content hash.

Nothing a visitor sends is ever stored or served. The package has no models: a row refers to a photo by the SHA-256
of its large rendition.
"""
