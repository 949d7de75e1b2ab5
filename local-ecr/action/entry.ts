// One bundle is the main step, the post step, the process between them, and what removes its leftovers if it was killed;
// all but main name themselves.
const part = process.argv[2]
if (part === 'background') await import('./background.ts').then(({ background }) => background())
else if (part === 'post') await import('./post.ts').then(({ post }) => post())
else if (part === 'undo') await import('../host/hosts.ts').then(({ removeLeftovers }) => removeLeftovers())
else await import('./main.ts').then(({ main }) => main())
