"""The parts that screens are put together from: one widget or one small family a module, its .kv beside it."""
