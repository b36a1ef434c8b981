"""Small computers at the windows: their keys and boards, over TCP, as if they were the node's own.

The node's side is `hub.py` and `link.py`, with `edge/satellite/remote_keys.py` and `remote_board.py` under
the ports; the window's side is `station.py`. What both speak: `messages.py` (what is said), `sealing.py`
(the cipher), `channel.py` (the socket). docs/satellites.md tells it for technicians.
"""
