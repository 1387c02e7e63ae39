"""Web hooks out: other systems are told by HTTP what happens here.

A *hook* is an address that an administrator wrote down, the *kinds* of events it wants, and its *owner*, as whom every
body is read again at the moment it is sent: a hook never learns what its owner may not see, and ends with them. The
rooms above register their kinds (`helpdesk.webhooks.registries.kinds`) and say in their own transactions what happened
(`actions.happening.happened`). An *event* is a row for one hook; a worker claims it under a lease, sends it, writes
down the *attempt*. Every event arrives at least once, under the same `webhook-id` each time; those about one ticket in
their order. What fails is tried again for two days; a hook that fails for five is switched off, and its owner told.
"""
