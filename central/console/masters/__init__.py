"""Master data: types, matters, materials, posts, halls as the public sees them, duties."""
