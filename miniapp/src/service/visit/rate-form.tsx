import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { type Visit, visits } from '#shared/visits/contract.ts';
import { useDraft } from '../../api/drafts';
import { useAction } from '../../api/query';
import { Button, Card, cx, Press, SectionHeader, TextareaInput } from '../../ui';
import { FormFailure, wordsOf } from './form-failure';

const STARS = [
  { stars: 1, word: '很不满意' },
  { stars: 2, word: '不满意' },
  { stars: 3, word: '一般' },
  { stars: 4, word: '满意' },
  { stars: 5, word: '非常满意' },
] as const;

interface RateFormProps {
  token: string;
  onChanged: (visit: Visit) => void;
  onStale: () => void;
}

interface RateValue {
  /** 0: not chosen yet. */
  readonly stars: number;
  readonly words: string;
}
const BLANK: RateValue = { stars: 0, words: '' };

/** How it was, once: stars, and words for those who want to say more. */
export function RateForm({ token, onChanged, onStale }: RateFormProps) {
  const draft = useDraft<RateValue>(`rating:${token}`, BLANK);
  const { stars, words } = draft.value;
  const [missing, setMissing] = useState(false);
  const rate = useAction(visits.rate, {
    onDone(visit) {
      draft.clear();
      onChanged(visit);
    },
    onError(error) {
      if (error.status === 409 || error.status === 404) onStale();
    },
  });
  const change = (changes: Partial<RateValue>) => {
    setMissing(false);
    rate.reset();
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const submit = () => {
    setMissing(stars === 0);
    if (stars === 0) return;
    const customerFeedback = words.trim() || null;
    void rate.run({ params: { token }, body: { customerRating: stars, customerFeedback } });
  };
  return (
    <>
      <SectionHeader title="这次服务怎么样" />
      <Card inset>
        <View className="visit__stars" {...{ role: 'radiogroup', 'aria-label': '评分' }}>
          {STARS.map(({ stars: value, word }) => (
            <Press
              key={value}
              role="radio"
              selected={stars === value}
              label={`${value}星，${word}`}
              className={cx('visit__star', value <= stars && 'visit__star--on')}
              onPress={() => change({ stars: value })}
            >
              <Text {...{ 'aria-hidden': 'true' }}>★</Text>
            </Press>
          ))}
        </View>
        <Text className="visit__star-word">{STARS[stars - 1]?.word ?? '点一下星星'}</Text>
        <TextareaInput
          label="想说的话"
          value={words}
          placeholder="想说的话（选填）"
          maxLength={500}
          rows={2}
          onChange={(next) => change({ words: next })}
        />
      </Card>
      <FormFailure>{missing ? '请先选几颗星' : wordsOf(rate.error)}</FormFailure>
      <View className="visit__buttons">
        <Button kind="primary" block pending={rate.pending} onPress={submit}>
          提交评价
        </Button>
      </View>
    </>
  );
}
