/** The README of the VSIX: README.md without what only a checkout has, such as its commands, pictures and further pages. */

const part = /<!-- checkout(?:: [^>]*)? -->\n?([^]*?)<!-- \/checkout -->\n?/g;

/**
 * @param {string} readme
 * @returns {string} throws for a mark without its other half
 */
export function vsixReadme(readme) {
  const text = readme.replace(part, '');
  if (/<!-- \/?checkout/.test(text))
    throw new Error('README.md has a mark of the checkout without its other half');
  return text.replace(/<!--[^]*?-->\n?/g, '').replace(/\n{3,}/g, '\n\n');
}

const COMMAND_OF_A_CHECKOUT = /\b(?:npm (?:start|test|run)|node dist\/\S+|perpscope [a-z]+\s+--)/g;

/**
 * The VSIX has neither npm scripts nor the command line, so its pages name no command of them to type.
 *
 * @param {string} text a page as the VSIX has it
 * @returns {readonly string[]} the commands it names all the same
 */
export function commandsNotInstalled(text) {
  return text.match(COMMAND_OF_A_CHECKOUT) ?? [];
}
