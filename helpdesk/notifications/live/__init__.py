"""What changes on screens while people look: one open stream for each page, told by way of Valkey.

`bus` says that something happened and keeps who is where; `channels` is what rooms above offer to listen to; `hub`
knows the streams of this process; `door` is `/events/` (Server-Sent Events, https://html.spec.whatwg.org/#server-sent-events).
Nothing here is missed: while Valkey or this process is away, pages work and don't move by themselves.
"""
