"""Speaking SSH with customers' servers by asyncssh: one connection, files by SFTP, and no shell anywhere.

A temporary access is a line in `authorized_keys` that names its end and us. It stands before what was there, and taking
it away leaves the file as it was, byte for byte. The file is replaced as a whole by a rename, so a connection that
breaks off leaves the old one or the new one.
"""
