import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { nearest, takeTurn } from './assignment-turns.ts';

const member = (userId: string, weight: number, regions: string[] = []) => ({
  userId,
  weight,
  regions,
  turn: 0,
});

describe('taking turns', () => {
  it('gives everybody exactly their weight in each round, whatever the weights', () => {
    const random = createRandom(7);
    for (let run = 0; run < 50; run++) {
      const size = 1 + Math.floor(random.next() * 8);
      const members = Array.from({ length: size }, (_, i) =>
        member(String(i), 1 + Math.floor(random.next() * 10)),
      );
      const round = members.reduce((sum, { weight }) => sum + weight, 0);
      for (let rounds = 1; rounds <= 3; rounds++) {
        const got = new Map<string, number>();
        for (let i = 0; i < round; i++) {
          const { userId } = takeTurn(members) as { userId: string };
          got.set(userId, (got.get(userId) ?? 0) + 1);
        }
        for (const { userId, weight } of members) expect(got.get(userId)).toBe(weight);
      }
    }
  });

  it('stays within one of the fair share at every moment for two', () => {
    const members = [member('a', 3), member('b', 1)];
    let a = 0;
    for (let taken = 1; taken <= 400; taken++) {
      if (takeTurn(members)?.userId === 'a') a++;
      expect(Math.abs(a - (taken * 3) / 4)).toBeLessThanOrEqual(1);
    }
  });

  it('answers nobody when there is nobody', () => {
    expect(takeTurn([])).toBeNull();
  });
});

describe('a place', () => {
  const here = member('here', 1, ['广东']);
  const city = member('city', 1, ['杭州市']);
  const anywhere = member('anywhere', 1);

  it('goes to whoever is there, by province or city, however it is spelled', () => {
    expect(nearest([here, city, anywhere], { province: '广东省', city: '深圳' })).toEqual([here]);
    expect(nearest([here, city, anywhere], { province: '浙江', city: '杭州' })).toEqual([city]);
  });

  it('that only names its city goes to whoever is there for the province', () => {
    expect(nearest([here, city, anywhere], { city: '佛山' })).toEqual([here]);
    expect(nearest([here, city, anywhere], { province: '', city: '佛山市' })).toEqual([here]);
    expect(nearest([here, city, anywhere], { province: '江西', city: '佛山' })).toEqual([anywhere]);
  });

  it('goes to whoever is everywhere, and to anybody at last', () => {
    expect(nearest([here, city, anywhere], { province: '四川' })).toEqual([anywhere]);
    expect(nearest([here, city], {})).toEqual([here, city]);
  });
});
