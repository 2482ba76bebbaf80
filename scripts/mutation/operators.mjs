/** Faults of general kinds, planted into a source text: each is one wrong operator, figure or choice in a text that still parses. */
import ts from 'typescript';

const { SyntaxKind } = ts;

/** What an operator is turned into, and the kind of fault that this is. */
const swappedOperators = new Map([
  [SyntaxKind.LessThanToken, ['comparison', '>=']],
  [SyntaxKind.LessThanEqualsToken, ['comparison', '>']],
  [SyntaxKind.GreaterThanToken, ['comparison', '<=']],
  [SyntaxKind.GreaterThanEqualsToken, ['comparison', '<']],
  [SyntaxKind.EqualsEqualsEqualsToken, ['comparison', '!==']],
  [SyntaxKind.ExclamationEqualsEqualsToken, ['comparison', '===']],
  [SyntaxKind.PlusToken, ['arithmetic', '-']],
  [SyntaxKind.MinusToken, ['arithmetic', '+']],
  [SyntaxKind.AsteriskToken, ['arithmetic', '/']],
  [SyntaxKind.SlashToken, ['arithmetic', '*']],
  [SyntaxKind.PlusEqualsToken, ['arithmetic', '-=']],
  [SyntaxKind.MinusEqualsToken, ['arithmetic', '+=']],
  [SyntaxKind.AmpersandAmpersandToken, ['logic', '||']],
  [SyntaxKind.BarBarToken, ['logic', '&&']],
]);

/** @typedef {import('./operators.d.mts').Mutant} Mutant */

/**
 * All faults of general kinds that a file can carry, in the order of its text.
 * @param {string} file relative to the repository
 * @param {string} text
 * @returns {Mutant[]}
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Mutant[]} */
  const mutants = [];
  const visit = (node) => {
    if (holdsNoBehaviour(node)) return;
    for (const { kind, at, to } of faultsOf(node, source)) {
      const start = at.getStart(source);
      const { line } = source.getLineAndCharacterOfPosition(start);
      const from = text.slice(start, at.getEnd());
      mutants.push({
        file,
        line: line + 1,
        kind,
        from,
        to,
        text: text.slice(0, start) + to + text.slice(at.getEnd()),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function holdsNoBehaviour(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node)
  );
}

/** @returns {{ kind: string; at: import('typescript').Node; to: string }[]} */
function faultsOf(node, source) {
  const textOf = (part) => part.getText(source);
  if (ts.isBinaryExpression(node)) {
    const swapped = swappedOperators.get(node.operatorToken.kind);
    if (swapped !== undefined && !joinsTexts(node))
      return [{ kind: swapped[0], at: node.operatorToken, to: swapped[1] }];
    if (node.operatorToken.kind !== SyntaxKind.QuestionQuestionToken) return [];
    // In a sum an absent number is NaN either way.
    const kept = textOf(node.right).endsWith('NaN') ? [node.right] : [node.left, node.right];
    return kept.map((kept) => ({ kind: 'fallback', at: node, to: `(${textOf(kept)})` }));
  }
  if (ts.isNumericLiteral(node)) {
    if (isName(node) || isPosition(node) || (node.text !== '0' && isOrder(node))) return [];
    return [{ kind: 'constant', at: node, to: node.text === '0' ? '1' : `(2 * ${textOf(node)})` }];
  }
  if (node.kind === SyntaxKind.TrueKeyword) return [{ kind: 'constant', at: node, to: 'false' }];
  if (node.kind === SyntaxKind.FalseKeyword) return [{ kind: 'constant', at: node, to: 'true' }];
  if (ts.isPrefixUnaryExpression(node)) {
    const turns = node.operator === SyntaxKind.MinusToken || node.operator === SyntaxKind.ExclamationToken;
    return turns && !isPosition(node) ? [{ kind: 'sign', at: node, to: `(${textOf(node.operand)})` }] : [];
  }
  if (ts.isElementAccessExpression(node) && textOf(node.argumentExpression) === '0')
    return [{ kind: 'choice', at: node, to: `${textOf(node.expression)}.at(-1)` }];
  return ts.isCallExpression(node) ? faultsOfCall(node, textOf) : [];
}

function faultsOfCall(node, textOf) {
  const { expression: callee } = node;
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const [name, owner, given] = [callee.name.text, textOf(callee.expression), node.arguments.map(textOf)];
  const swap = (kind, to) => [{ kind, at: callee.name, to }];
  if (owner === 'Math' && name === 'abs') return [{ kind: 'sign', at: node, to: `(${given.join(', ')})` }];
  if (owner === 'Math' && name === 'max') return swap('choice', 'min');
  if (owner === 'Math' && name === 'min') return swap('choice', 'max');
  if (name === 'some') return swap('logic', 'every');
  if (name === 'every') return swap('logic', 'some');
  // Looked up by equality is a key, and there is one of it: the first is the last.
  if (name === 'find') return /=== \S+$/.test(given[0]) ? [] : swap('choice', 'findLast');
  if (name === 'findLast') return swap('choice', 'find');
  if (name === 'filter') return [{ kind: 'filter', at: node, to: owner }];
  if (name !== 'at' || !['0', '-1'].includes(given[0])) return [];
  return [{ kind: 'choice', at: node.arguments[0], to: given[0] === '0' ? '-1' : '0' }];
}

/** A `+` between texts: turned into `-` it would only say NaN on a label. */
function joinsTexts(node) {
  return node.operatorToken.kind === SyntaxKind.PlusToken && [node.left, node.right].some(isText);
}

function isText(node) {
  if (ts.isBinaryExpression(node)) return joinsTexts(node);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function isName(node) {
  return node.parent?.name === node;
}

/** What a comparison for `sort` answers: of it only the sign counts, so that twice as much is the same. */
function isOrder(node) {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isParenthesizedExpression(parent)) return isOrder(parent);
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isOrder(parent);
  if (ts.isBinaryExpression(parent))
    return parent.operatorToken.kind === SyntaxKind.BarBarToken && isOrder(parent);
  return (
    ts.isArrowFunction(parent) &&
    ts.isCallExpression(parent.parent) &&
    ts.isPropertyAccessExpression(parent.parent.expression) &&
    ['sort', 'toSorted'].includes(parent.parent.expression.name.text)
  );
}

/** Positions (`[0]`, `.at(-1)`) are choices, planted as such. */
function isPosition(node) {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent)) return isPosition(parent);
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === 'at'
  );
}
