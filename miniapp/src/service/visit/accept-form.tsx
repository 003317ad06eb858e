import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import type { Signature } from '#shared/service-tickets/signature.ts';
import { type Visit, visits } from '#shared/visits/contract.ts';
import type { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { useAction } from '../../api/query';
import { ReasonSheet } from '../../domain/reason-sheet';
import { SignaturePad } from '../../domain/signature-pad';
import { Button, FieldGroup, SectionHeader, TextField, toast } from '../../ui';
import { FormFailure, wordsOf } from './form-failure';

interface AcceptFormProps {
  token: string;
  onChanged: (visit: Visit) => void;
  onStale: () => void;
}

interface AcceptValue {
  readonly signerName: string;
  readonly signature: Signature | null;
}
const BLANK: AcceptValue = { signerName: '', signature: null };

/** The customer agrees by their hand, or says what is still wrong. */
export function AcceptForm({ token, onChanged, onStale }: AcceptFormProps) {
  const draft = useDraft<AcceptValue>(`visit:${token}`, BLANK);
  const { signerName, signature } = draft.value;
  const [missing, setMissing] = useState<string | null>(null);
  const [refusing, setRefusing] = useState(false);
  const late = (error: ApiError) => {
    if (error.status === 409 || error.status === 404) onStale();
  };
  const done = (visit: Visit) => {
    draft.clear();
    setRefusing(false);
    onChanged(visit);
  };
  const accept = useAction(visits.accept, {
    onDone(visit) {
      done(visit);
      toast('已验收，谢谢');
    },
    onError: late,
  });
  const refuse = useAction(visits.refuse, {
    onDone(visit) {
      done(visit);
      toast('已告诉服务人员，会尽快再处理');
    },
    onError: late,
  });
  const change = (changes: Partial<AcceptValue>) => {
    setMissing(null);
    accept.reset();
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const submit = () => {
    if (signature === null) return setMissing('请在上面签名');
    if (signerName.trim() === '') return setMissing('请写上您的姓名');
    void accept.run({ params: { token }, body: { signerName: signerName.trim(), signature } });
  };
  return (
    <>
      <SectionHeader title="请您验收" />
      <SignaturePad value={signature} onChange={(next) => change({ signature: next })} hint="请在这里签名" />
      <FieldGroup>
        <TextField
          name="signerName"
          label="您的姓名"
          required
          value={signerName}
          maxLength={50}
          onChange={(next) => change({ signerName: next })}
        />
      </FieldGroup>
      <FormFailure>{missing ?? wordsOf(accept.error)}</FormFailure>
      <View className="visit__buttons">
        <Button kind="primary" block pending={accept.pending} onPress={submit}>
          确认验收
        </Button>
        <Button kind="plain" block disabled={accept.pending} onPress={() => setRefusing(true)}>
          还有问题，不通过
        </Button>
      </View>
      <Text className="visit__note">签字表示您确认以上处理结果与费用</Text>
      <ReasonSheet
        open={refusing}
        title="还有什么问题"
        suggestions={['问题没有解决', '又出现了', '现场没有清理', '费用不对']}
        confirm="提交"
        word="问题"
        pending={refuse.pending}
        error={wordsOf(refuse.error)}
        onSubmit={(reason) => void refuse.run({ params: { token }, body: { reason } })}
        onClose={() => setRefusing(false)}
      />
    </>
  );
}
