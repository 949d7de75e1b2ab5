// Named here and not told by the state that main saves: a main that was killed before it saved any must not run as post.
process.argv[2] = 'post'
await import('../dist/index.js')
