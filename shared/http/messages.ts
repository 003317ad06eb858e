import * as z from 'zod';

type Issue = z.core.$ZodRawIssue;

const BOUND = { string: '个字', array: '项', number: '' } as const;

function sized(issue: Issue & { origin: string }, limit: unknown, word: string): string {
  const unit = BOUND[issue.origin as keyof typeof BOUND] ?? '';
  return `${word}${String(limit)}${unit}`;
}

/** The Chinese sentence for a validation issue, short enough to stand under an input. */
function messageOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null ? '必填' : '格式不正确';
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return '必填';
      return sized(issue, issue.minimum, issue.origin === 'number' ? '不能小于' : '至少');
    case 'too_big':
      return sized(issue, issue.maximum, issue.origin === 'number' ? '不能大于' : '最多');
    case 'invalid_value':
      return issue.input === undefined || issue.input === null ? '必填' : '请选择有效的选项';
    case 'invalid_union':
      return issue.discriminator ? '请选择有效的选项' : '格式不正确';
    case 'unrecognized_keys':
      return '不支持的字段';
    case 'invalid_format':
      return issue.format === 'email' ? '邮箱格式不正确' : '格式不正确';
    case 'not_multiple_of':
      return '小数位数过多';
    case 'custom':
      return issue.message ?? '格式不正确';
    default:
      return '格式不正确';
  }
}

/** Makes every schema speak Chinese. Called once by each program that validates. */
export function speakChinese(): void {
  z.config({ customError: messageOf });
}

/** More than any form has. Whoever sends a hundred thousand wrong fields does not get as many messages. */
const MOST_FIELDS = 100;

/** Flattens zod issues to one message per field, the first one winning. */
export function fieldErrorsOf(issues: readonly z.core.$ZodIssue[]): { field: string; message: string }[] {
  const seen = new Map<string, string>();
  for (const issue of issues) {
    const path = issue.path.map(String);
    const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    for (const field of fields) {
      const name = field.join('.');
      if (!seen.has(name)) seen.set(name, issue.message);
    }
  }
  return [...seen].slice(0, MOST_FIELDS).map(([field, message]) => ({ field, message }));
}
