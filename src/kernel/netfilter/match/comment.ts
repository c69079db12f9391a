/** `-m comment`: words for people; always fits. @see libxt_comment.c */
import { message } from '../../../lib/message.ts';
import { quote } from '../values.ts';
import { defineMatch } from './define.ts';

export interface CommentMatch {
  readonly match: 'comment';
  readonly comment: string;
}

export const comment = defineMatch<CommentMatch>({
  name: 'comment',
  options: { comment: { arguments: 1, mandatory: true } },
  parse(options) {
    const text = options.text('comment') ?? '';
    // XT_MAX_COMMENT_LEN: the extension keeps what fits
    return { match: 'comment', comment: text.slice(0, 255) };
  },
  print: (match) => `--comment ${quote(match.comment)}`,
  matches: () => true,
  explain: (match) => message('rule.comment', { comment: match.comment }),
});
