"""The roster on paper: homes, who owns them, their floor areas; imports and corrections. Knows nobody's account."""
