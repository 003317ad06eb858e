import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { readChat } from '#shared/leads/chat.ts';
import { LEAD_FIELD_LABELS } from '#shared/leads/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { Button, Card, Row, Sheet, TextareaInput, toast } from '../../ui';
import type { LeadFieldName, LeadFormValue } from './form-value';

const LONGEST = 2000;

/** What is on the clipboard; empty when the person or the platform does not allow reading it. */
async function clipboardText(): Promise<string> {
  try {
    if (process.env.TARO_ENV === 'h5') return await navigator.clipboard.readText();
    const { data } = await Taro.getClipboardData();
    Taro.hideToast();
    return data;
  } catch {
    return '';
  }
}

/** Fills what is still empty; the chat itself becomes the description, so that nothing of it is lost. */
function fillFrom(text: string, value: LeadFormValue): { value: LeadFormValue; filled: LeadFieldName[] } {
  const { phone, hotelRooms, ...rest } = readChat(text);
  const facts: Partial<Record<LeadFieldName, string>> = {
    ...rest,
    ...(phone ? { phone: formatPhone(phone) } : {}),
    ...(hotelRooms === undefined ? {} : { hotelRooms: String(hotelRooms) }),
  };
  const found = (Object.keys(facts) as LeadFieldName[]).filter((name) => value[name] === '');
  const taken = Object.fromEntries(found.map((name) => [name, facts[name]])) as Partial<LeadFormValue>;
  const description = value.description === '' ? text.trim().slice(0, LONGEST) : value.description;
  return { value: { ...value, ...taken, description }, filled: found };
}

interface PasteChatProps {
  value: LeadFormValue;
  onFill: (value: LeadFormValue, filled: readonly LeadFieldName[]) => void;
}

/** A chat from Douyin or WeChat becomes a lead: paste, glance, save. */
export function PasteChat({ value, onFill }: PasteChatProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');

  const take = (words: string) => {
    const result = fillFrom(words, value);
    onFill(result.value, result.filled);
    setOpen(false);
    setText('');
    toast(
      result.filled.length > 0
        ? `已填：${result.filled.map((name) => LEAD_FIELD_LABELS[name]).join('、')}`
        : '没有认出联系方式，原文已放进需求描述',
      result.filled.length > 0 ? {} : { kind: 'plain' },
    );
  };
  const start = async () => {
    const words = (await clipboardText()).trim();
    // A single word on the clipboard is rarely a chat: let the person see it first.
    if (words.length >= 8) take(words);
    else {
      setText(words);
      setOpen(true);
    }
  };

  return (
    <>
      <Card>
        <Row
          icon="clipboard-paste"
          title="粘贴聊天内容"
          detail="自动填好电话、微信、名称"
          onPress={() => void start()}
        />
      </Card>
      <Sheet
        open={open}
        title="粘贴聊天内容"
        onClose={() => setOpen(false)}
        footer={
          <Button kind="primary" block disabled={text.trim() === ''} onPress={() => take(text)}>
            填入表单
          </Button>
        }
      >
        <View className="paste">
          <TextareaInput
            label="聊天内容"
            value={text}
            onChange={setText}
            placeholder="长按粘贴抖音、微信里的聊天记录"
            maxLength={LONGEST}
            rows={6}
            focus={open}
          />
        </View>
      </Sheet>
    </>
  );
}
