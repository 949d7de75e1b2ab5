// One bundle serves main, post and the sibling actions; the entries of all but main name themselves as the first
// argument. What only one of them needs is loaded by that one.
const entry = process.argv[2]
if (entry === 'merge' || entry === 'promote' || entry === 'verify') {
  await import('./actions/siblings/main.ts').then(({ main }) => main(entry))
} else if (entry === 'bake') {
  await import('./actions/bake/main.ts').then(({ main }) => main())
} else if (entry === 'post') {
  await import('./actions/post.ts').then(({ post }) => post())
} else {
  await import('./actions/build-push/main.ts').then(({ main }) => main())
}
