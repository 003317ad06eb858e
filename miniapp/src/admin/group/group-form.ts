/** The form of an assignment group: pure. */
import type { AssignmentGroup } from '#shared/assignment/contract.ts';

export interface MemberForm {
  readonly userId: string;
  readonly name: string;
  readonly weight: number;
  readonly regions: readonly string[];
}

export interface GroupForm {
  readonly name: string;
  readonly acceptMinutes: number | null;
  readonly members: readonly MemberForm[];
}

export const BLANK_GROUP: GroupForm = { name: '', acceptMinutes: null, members: [] };

export const toForm = ({ name, acceptMinutes, members }: AssignmentGroup): GroupForm => ({
  name,
  acceptMinutes,
  members: members.map(({ user, weight, regions }) => ({
    userId: user.id,
    name: user.name,
    weight,
    regions,
  })),
});

/** As the contract takes it. */
export const toWire = ({ name, acceptMinutes, members }: GroupForm) => ({
  name,
  acceptMinutes,
  members: members.map(({ userId, weight, regions }) => ({ userId, weight, regions: [...regions] })),
});

/** A working day has nine hours. */
const DAY = 9 * 60;

export function minutesWords(minutes: number): string {
  if (minutes % DAY === 0) return `${minutes / DAY}个工作日`;
  return minutes % 60 === 0 ? `${minutes / 60}小时` : `${minutes}分钟`;
}

export const acceptWords = (minutes: number | null): string =>
  minutes === null ? '不用接收' : `${minutesWords(minutes)}内接收`;

/** How many of one round somebody gets: `每4条给2条`. */
export function shareWords(members: readonly Pick<MemberForm, 'weight'>[], weight: number): string {
  const sum = members.reduce((total, member) => total + member.weight, 0);
  return members.length < 2 ? '全部都给他' : `每${sum}条给${weight}条`;
}
