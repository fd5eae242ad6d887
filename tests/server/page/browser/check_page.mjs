// Looks at a review's page in headless Chromium as people will: on a desktop
// and a phone, where the system is light and where it is dark, folded and
// unfolded, and on paper.
//
//   node check_page.mjs URL MODULES [PICTURES]
//
// MODULES holds axe-core, html-validate and puppeteer-core; PICTURES is where
// screenshots and the print go. Prints what is wrong, one line each, and exits
// with 1 when anything is.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [url, modules, pictures] = process.argv.slice(2);
const require = createRequire(resolve(modules) + '/');
const puppeteer = require('puppeteer-core');
const {HtmlValidate} = require('html-validate');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let faults = 0;
function fault(where, what) {
  ++faults;
  console.log(`${where}: ${what}`);
}

// What a page of A4 leaves at 15 mm of margin, in pixels of CSS.
const PAPER_WIDTH = Math.round((210 - 2 * 15) / 25.4 * 96);
// More than a reader prints; the figures of a page that falls apart need more.
const PRINTED_PAGES_MAX = 120;

async function open(browser, where, {width, height, scheme}) {
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') fault(where, `console: ${message.text()}`);
  });
  page.on('pageerror', (error) => fault(where, `error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().endsWith('/favicon.ico')) {
      fault(where, `fetches ${request.url()}`);
    }
  });
  await page.setCacheEnabled(false);  // Each look gets the page itself.
  await page.setViewport({width, height, deviceScaleFactor: 1});
  await page.emulateMediaFeatures(
      [{name: 'prefers-color-scheme', value: scheme}]);
  const response = await page.goto(url, {waitUntil: 'load'});
  if (response !== null && !response.ok()) {
    fault(where, `status ${response.status()}`);
  }
  return page;
}

async function checkAccess(page, where) {
  await page.evaluate(axe);
  const {violations} = await page.evaluate(
      // WCAG 2.2 asks for targets that a finger hits; axe does when told to.
      () => axe.run({resultTypes: ['violations'],
                     rules: {'target-size': {enabled: true}}}));
  for (const each of violations) {
    fault(where, `${each.id}: ${each.help}: ` +
        each.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' '));
  }
}

// Nothing may need scrolling sideways, except inside a box made for it.
async function checkWidth(page, where) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return null;
    const outside = [...document.querySelectorAll('body *')].filter(
        (each) => each.getBoundingClientRect().right > room + 1 &&
            each.closest('.scroll') === null);
    return outside.slice(0, 3).map((each) => each.outerHTML.slice(0, 100));
  });
  if (wide !== null) fault(where, `wider than the window: ${wide.join(' ')}`);
}

async function unfold(page) {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });
}

async function checkPrint(browser) {
  const where = 'print';
  const page = await open(browser, where,
                          {width: PAPER_WIDTH, height: 1000, scheme: 'dark'});
  await page.emulateMediaType('print');
  const paper = await page.evaluate(
      () => getComputedStyle(document.body).backgroundColor);
  if (paper !== 'rgb(255, 255, 255)') fault(where, `on paper of ${paper}`);
  const cut = await page.evaluate(() => {
    const room = document.documentElement.clientWidth + 1;
    return [...document.querySelectorAll('table, svg, pre, p')]
        .filter((each) => each.getBoundingClientRect().right > room)
        .slice(0, 3).map((each) => each.outerHTML.slice(0, 100));
  });
  for (const each of cut) fault(where, `cut at the right: ${each}`);
  const split = await page.evaluate(
      () => [...document.querySelectorAll('figure, tr')]
                .filter((each) => getComputedStyle(each).breakInside !== 'avoid')
                .length);
  if (split > 0) fault(where, `${split} figures or rows may be split`);
  const folded = await page.evaluate(
      // Where a number comes from stands in the column beside it.
      () => [...document.querySelectorAll('main details:not(.origin)')]
                .filter((each) => each.lastElementChild.offsetHeight === 0)
                .length);
  if (folded > 0) fault(where, `${folded} parts stay folded`);
  const print = await page.pdf({format: 'A4', preferCSSPageSize: true});
  const pages = Buffer.from(print).toString('latin1')
      .match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
  if (pages < 2 || pages > PRINTED_PAGES_MAX) fault(where, `${pages} pages`);
  console.log(`prints on ${pages} pages`);
  if (pictures) writeFileSync(`${pictures}/print.pdf`, print);
  await page.close();
}

async function checkHtml(browser) {
  const page = await open(browser, 'html',
                          {width: 1280, height: 900, scheme: 'light'});
  const text = await (await page.goto(url)).text();
  await page.close();
  const validator = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: {
      // Roles keep a table a table where it is shown as cards, and a list a
      // list where it has no marks.
      'no-redundant-role': 'off',
      'no-implicit-close': 'error',
      // Written without line ends, to be read by browsers.
      'long-title': 'off',
    },
  });
  const report = await validator.validateString(text);
  for (const each of report.results.flatMap((result) => result.messages)
           .filter((message) => message.severity === 2).slice(0, 10)) {
    fault('html', `${each.line}:${each.column} ${each.ruleId}: ${each.message}`);
  }
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  protocolTimeout: 0,  // The test that runs this has a limit.
});
try {
  await checkHtml(browser);
  for (const [name, width, height] of [['desktop', 1280, 900],
                                       ['phone', 390, 844]]) {
    let light;
    for (const scheme of ['light', 'dark']) {
      const where = `${name}, ${scheme}`;
      const page = await open(browser, where, {width, height, scheme});
      const picture = await page.screenshot({encoding: 'base64'});
      if (scheme === 'light') light = picture;
      if (scheme === 'dark' && picture === light) {
        fault(where, 'looks as it does in the light');
      }
      await checkWidth(page, where);
      await checkAccess(page, where);
      if (pictures) {
        await page.screenshot({path: `${pictures}/${name}-${scheme}.png`,
                               fullPage: true});
      }
      await unfold(page);
      await checkWidth(page, `${where}, unfolded`);
      if (name === 'desktop') await checkAccess(page, `${where}, unfolded`);
      await page.close();
    }
  }
  await checkPrint(browser);
} finally {
  await browser.close();
}
console.log(faults === 0 ? 'nothing is wrong' : `${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
