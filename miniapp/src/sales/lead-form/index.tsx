import { Button, Text, View } from '@tarojs/components';
import { useState } from 'react';
import { leadDraft } from '#shared/leads/contract.ts';

export default function LeadFormPage() {
  const [message, setMessage] = useState('');
  const check = () => setMessage(leadDraft.safeParse({ phone: 'x' }).error?.issues[0]?.message ?? '');
  return (
    <View>
      <Text>登记线索</Text>
      <Text>{message}</Text>
      <Button onClick={check}>检查</Button>
    </View>
  );
}
