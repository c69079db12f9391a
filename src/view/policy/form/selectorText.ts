/** A label selector as the requirements that a reader sees, and back, in the words of kubectl's `-l`. Pure. */
import type { SelectorText } from '../../../engine/protocol.ts';

type Expression = NonNullable<SelectorText['matchExpressions']>[number];

/** One requirement, and the selector without it. */
export interface Requirement {
  readonly text: string;
  readonly without: SelectorText;
}

/** In the order of the text's fields: labels, then expressions. None: everything is selected. */
export function requirementsIn(selector: SelectorText): readonly Requirement[] {
  const labels = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  return [
    ...labels.map(([key, value]) => ({
      text: `${key}=${value}`,
      without: slim({
        ...selector,
        matchLabels: Object.fromEntries(labels.filter(([other]) => other !== key)),
      }),
    })),
    ...expressions.map((expression, i) => ({
      text: printExpression(expression),
      without: slim({ ...selector, matchExpressions: expressions.toSpliced(i, 1) }),
    })),
  ];
}

function printExpression({ key, operator, values }: Expression): string {
  const list = `(${(values ?? []).join(', ')})`;
  switch (operator) {
    case 'In':
      return `${key ?? ''} in ${list}`;
    case 'NotIn':
      return values?.length === 1 ? `${key ?? ''}!=${values[0] ?? ''}` : `${key ?? ''} notin ${list}`;
    case 'Exists':
      return key ?? '';
    case 'DoesNotExist':
      return `!${key ?? ''}`;
    case undefined:
    case null:
    default:
      // refused by the API server, and shown as it is
      return `${key ?? ''} ${operator ?? ''} ${list}`;
  }
}

/** The selector with what is typed added, several parted by commas; a label that it has gets the new value. Undefined: no requirement. */
export function addRequirement(selector: SelectorText, typed: string): SelectorText | undefined {
  const parts = typed.split(/,(?![^(]*\))/).map((part) => part.trim());
  return parts.reduce<SelectorText | undefined>((so, part) => so && addOne(so, part), selector);
}

const KEY = String.raw`([A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?)`;
const LABEL = new RegExp(`^${KEY}\\s*==?\\s*([\\w.-]*)$`);
const UNEQUAL = new RegExp(`^${KEY}\\s*!=\\s*([\\w.-]*)$`);
const AMONG = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`, 'i');
const THERE = new RegExp(`^(!?)\\s*${KEY}$`);

function addOne(selector: SelectorText, part: string): SelectorText | undefined {
  const label = LABEL.exec(part);
  if (label)
    return { ...selector, matchLabels: { ...selector.matchLabels, [label[1] ?? '']: label[2] ?? '' } };
  const expression = expressionOf(part);
  return expression && { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), expression] };
}

function expressionOf(part: string): Expression | undefined {
  const [, unequal, value = ''] = UNEQUAL.exec(part) ?? [];
  if (unequal !== undefined) return { key: unequal, operator: 'NotIn', values: [value] };
  const [, among, how = '', list = ''] = AMONG.exec(part) ?? [];
  if (among !== undefined) {
    const operator = how.toLowerCase() === 'in' ? 'In' : 'NotIn';
    return { key: among, operator, values: list.split(',').map((one) => one.trim()) };
  }
  const [, not, key] = THERE.exec(part) ?? [];
  return key === undefined ? undefined : { key, operator: not === '!' ? 'DoesNotExist' : 'Exists' };
}

/** Without fields that say nothing. */
function slim({ matchLabels, matchExpressions }: SelectorText): SelectorText {
  return {
    ...(matchLabels && Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions && matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}
