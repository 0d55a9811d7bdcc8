"""What is plugged in, and how to talk to it: hotplug, and one driver a module.

`devices` holds the small protocols that the rest of the house sees; `hotplug` says what came and
went; `broker` lends out whichever device of a kind is there. A driver raises DeviceGone when its
device vanishes, in whatever state.
"""
