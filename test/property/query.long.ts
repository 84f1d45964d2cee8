// The same properties with other cases, and many more of them.
process.env.PROPERTY_SEED ??= 'random'
process.env.PROPERTY_RUNS ??= '10000'
await import('./query.test.ts')
