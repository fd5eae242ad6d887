// Looks at a page in headless Chromium as people will: axe-core must find no
// violation and nothing may need scrolling sideways, on a desktop and a phone.
//
//   node check_page.mjs PAGE.html MODULES [PICTURES]
//
// MODULES holds axe-core and puppeteer-core; PICTURES is where screenshots go.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [page_file, modules, pictures] = process.argv.slice(2);
const require = createRequire(resolve(modules) + '/');
const puppeteer = (await import(require.resolve('puppeteer-core'))).default;
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
let failures = 0;
for (const [name, width, height] of [['desktop', 1280, 900],
                                     ['phone', 375, 812]]) {
  const page = await browser.newPage();
  await page.setViewport({width, height});
  await page.goto('file://' + resolve(page_file));
  for (const state of ['closed', 'open']) {
    await page.evaluate((open) => {
      for (const each of document.querySelectorAll('details')) {
        if (open) each.open = true;
      }
    }, state === 'open');
    await page.evaluate(axe);
    const {violations} = await page.evaluate(() => axe.run());
    for (const each of violations) {
      ++failures;
      console.log(`${name}, ${state}: ${each.id}: ${each.help}`);
      for (const node of each.nodes.slice(0, 3)) console.log('  ', node.html);
    }
    const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) {
      ++failures;
      console.log(`${name}, ${state}: ${wide} pixels too wide`);
    }
    if (pictures && state === 'closed') {
      await page.screenshot({path: `${pictures}/${name}.png`, fullPage: true});
    }
  }
  await page.close();
}
if (pictures) {
  const page = await browser.newPage();
  await page.goto('file://' + resolve(page_file));
  await page.pdf({path: `${pictures}/print.pdf`, format: 'A4'});
}
await browser.close();
console.log(failures === 0 ? 'no violation' : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
