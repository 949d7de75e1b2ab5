// The bundle serves every action of this project; this says which one is meant.
process.argv[2] = 'bake'
await import('../dist/index.js')
