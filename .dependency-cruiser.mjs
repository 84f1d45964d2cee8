// Who may import whom (ARCHITECTURE.md). A folder that is not in its row is out of bounds.

/** Folders of ours that each folder may import. */
const allowed = {
  edm: [],
  model: ['edm'],
  odata: ['edm'],
  plan: ['edm', 'odata', 'auth/principal'],
  sql: ['edm', 'plan'],
  reference: ['edm', 'odata', 'plan', 'model'],
  auth: ['odata/error', 'store/store', 'observe/observation'],
  service: ['edm', 'odata', 'plan', 'store/store', 'auth/principal', 'observe/observation'],
  http: ['odata', 'service', 'auth', 'observe'],
  'store/sqlite': ['store/[a-z-]+', 'sql', 'plan', 'edm', 'observe/observation'],
  'store/postgres': ['store/[a-z-]+', 'sql', 'plan', 'edm', 'observe/observation'],
}

const layers = Object.entries(allowed).map(([folder, others]) => ({
  name: `${folder.replace('/', '-')}-imports-its-row-only`,
  comment: `src/${folder} may import ${others.join(', ') || 'nothing of ours'}. Move the code to the room that knows what it needs, or hand the value in.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [`^src/${folder}/`, ...others.map((other) => `^src/${other}(/|\\.ts$)`)] },
}))

const pure = 'edm|model|odata|plan|sql|reference'

export default {
  forbidden: [
    ...layers,
    {
      name: 'store-port-knows-plans-only',
      comment: 'The port is what every store keeps: it knows plans and the types of edm, never a dialect.',
      severity: 'error',
      from: { path: '^src/store/store\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(plan|edm)/' },
    },
    {
      name: 'observations-import-nothing',
      comment: 'Everyone may tell an observation, so it may know nobody.',
      severity: 'error',
      from: { path: '^src/observe/observation\\.ts$' },
      to: { path: '.' },
    },
    {
      name: 'pure-folders-import-no-runtime',
      comment: 'Clock, randomness and files are handed in from the composition root.',
      severity: 'error',
      from: { path: `^src/(${pure})/` },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'sqlite-belongs-to-its-adapter',
      comment: 'Only src/store/sqlite opens the database.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/sqlite/' },
      to: { path: 'sqlite$', dependencyTypes: ['core'] },
    },
    {
      name: 'the-web-framework-belongs-to-http',
      comment: 'Only src/http (and the composition root, for its type) knows the framework.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http/|index\\.ts$)' },
      to: { path: 'node_modules/fastify/' },
    },
    {
      name: 'nobody-imports-the-top',
      comment: 'main, cli and http are the top of the house.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|index)\\.ts$|^src/cli/' },
      to: { path: '^src/(main\\.ts|cli/)' },
    },
    {
      name: 'http-is-composed-only',
      comment: 'Only the composition root puts the web layer in place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http/|index\\.ts$)' },
      to: { path: '^src/http/' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea, or hide a third. An expression is made of expressions: those files may.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/odata/bind/expression/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-test-in-source',
      comment: 'Source never imports a test or a script.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
