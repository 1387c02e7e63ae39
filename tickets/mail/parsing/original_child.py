"""The process that reads one mail again for its original look, under limits, while a person waits.

Started as `python -m tickets.mail.parsing.original_child MAX_BYTES`. Standard input: the mail. Standard output: its
HTML (see `originals`) in UTF-8. Ends with its parent's patience at the latest.
"""

import resource
import sys

from tickets.mail.parsing.originals import original_html

MEMORY = 512 * 1024 * 1024
PROCESSOR_SECONDS = 3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    html = original_html(sys.stdin.buffer.read(), max_bytes=int(sys.argv[1]))
    sys.stdout.buffer.write(html.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
