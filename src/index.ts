import { recallInPost } from './state.ts'

// One bundle serves main and post, and the sibling actions, whose entries name themselves as the first argument;
// what only one of them needs is loaded by that one.
const sibling = process.argv[2]
if (sibling === 'merge' || sibling === 'promote') {
  await import('./siblings/action.ts').then(({ main }) => main(sibling))
} else {
  const onDisk = recallInPost()
  if (onDisk === undefined) await import('./action.ts').then(({ main }) => main())
  else await import('./post.ts').then(({ post }) => post(onDisk))
}
