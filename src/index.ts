import { recallInPost } from './state.ts'

// One bundle serves main and post; what only one of them needs is loaded by that one.
const onDisk = recallInPost()
if (onDisk === undefined) await import('./action.ts').then(({ main }) => main())
else await import('./post.ts').then(({ post }) => post(onDisk))
