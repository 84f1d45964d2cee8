/** How the page looks, light or dark as the reader's system is; printed as it is into the page. */
export const style = `
:root{color-scheme:light dark;--ink:light-dark(#1b1a19,#f3f2f1);--quiet:light-dark(#55524f,#b8b4b0);--paper:light-dark(#fff,#181716);--raised:light-dark(#f6f5f4,#24221f);--line:light-dark(#dedbd8,#3b3835);--link:light-dark(#0b5cad,#79b8ff);--get:light-dark(#0b5cad,#79b8ff);--post:light-dark(#0b6a0b,#7ad07a);--put:light-dark(#8a5700,#e8b04a);--patch:light-dark(#8a5700,#e8b04a);--delete:light-dark(#b10e1c,#ff8f8f)}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;color:var(--ink);background:var(--paper);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;display:grid;grid-template-columns:19rem minmax(0,1fr);grid-template-rows:auto 1fr}
header{grid-column:1/-1;padding:1rem 1.5rem;border-bottom:1px solid var(--line);display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap}
header p{margin:0;color:var(--quiet)}
.brand{font-weight:650;font-size:1.2rem;color:var(--ink)}
.brand span{font-weight:400;color:var(--quiet);font-size:.9rem}
nav{padding:1rem 1rem 3rem 1.5rem;border-right:1px solid var(--line);position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;font-size:.9rem}
nav h2{font-size:.8rem;margin:1rem 0 .3rem;color:var(--quiet);letter-spacing:.03em}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:grid;grid-template-columns:3.6rem 1fr;padding:.2rem .4rem;border-radius:4px;color:inherit;text-decoration:none}
nav a:not(:has(.verb)){display:block}
nav a:hover{background:var(--raised)}
main{padding:1rem 2rem 6rem;max-width:62rem}
h1{font-size:1.9rem;margin:.5rem 0 1rem}
h2{font-size:1.4rem}
main section>h2{margin:3rem 0 .5rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.1rem;margin:0 0 .4rem}
h4{margin:1rem 0 .3rem;font-size:.95rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
article{margin:1.5rem 0;padding:1.1rem 1.25rem;border:1px solid var(--line);border-radius:8px}
article:has(:target){border-color:var(--link)}
.address code{font-size:1rem;overflow-wrap:anywhere}
.verb{display:inline-block;min-width:3.6rem;font:600 .75rem/1.7 ui-monospace,Consolas,monospace}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
code,pre{font-family:ui-monospace,"Cascadia Mono",Consolas,monospace;font-size:.88em}
:not(pre)>code{background:var(--raised);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto}
details{margin:.6rem 0}
summary{cursor:pointer;font-weight:600;width:fit-content}
.table{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-bottom:1px solid var(--line)}
th{color:var(--quiet);font-weight:600}
dl{margin:.5rem 0}
dt{margin-top:.6rem}
dd{margin:.1rem 0 0 1.2rem}
.type,.permissions,.example{color:var(--quiet);font-size:.92em}
.required{color:var(--delete);font-size:.85em}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
@media (max-width:56rem){body{display:block}nav{position:static;max-height:none;border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
@media print{nav,.skip{display:none}body{display:block}}
`
