import Taro from '@tarojs/taro';
import { useState } from 'react';
import { auth, type CurrentUser } from '#shared/auth/contract.ts';
import { showDetail, useAction } from '../../api/query';
import { keepUser } from '../../api/session';
import { Button, FieldGroup, Row, Sheet, TextField, toast } from '../../ui';

const keep = (user: CurrentUser) => {
  keepUser(user);
  showDetail(auth.profile, {}, user);
};

/** Binds this WeChat to the account, or takes it away again with the password. Only inside of WeChat. */
export function WechatRow({ user }: { user: CurrentUser }) {
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const attach = useAction(auth.attachWechat, {
    onDone(answer) {
      keep(answer);
      toast('已绑定，下次可以用微信登录');
    },
    onError: (error) => toast(error.message),
  });
  const detach = useAction(auth.detachWechat, {
    onDone(answer) {
      keep(answer);
      close();
      toast('已解除绑定');
    },
  });

  const close = () => {
    setOpen(false);
    setPassword('');
    setMissing(false);
    detach.reset();
  };
  const bind = async () => {
    try {
      const { code } = await Taro.login();
      await attach.run({ body: { code } });
    } catch {
      toast('没有连上微信，请重试');
    }
  };
  const unbind = () => {
    setMissing(password === '');
    if (password !== '') void detach.run({ body: { password } });
  };

  const refused = detach.error?.fields?.find(({ field }) => field === 'password')?.message;
  return (
    <>
      <Row
        icon="message-circle"
        title="微信登录"
        value={user.wechatBound ? '已绑定' : '去绑定'}
        disabled={attach.pending}
        onPress={() => (user.wechatBound ? setOpen(true) : void bind())}
      />
      <Sheet
        open={open}
        title="解除微信绑定"
        subtitle="以后要用账号和密码登录"
        onClose={close}
        footer={
          <Button kind="danger" block pending={detach.pending} onPress={unbind}>
            解除绑定
          </Button>
        }
      >
        <FieldGroup>
          <TextField
            name="password"
            label="密码"
            required
            kind="password"
            placeholder="输入登录密码确认"
            maxLength={128}
            value={password}
            error={missing ? '请输入密码' : (refused ?? detach.error?.message)}
            onChange={(value) => {
              setPassword(value);
              setMissing(false);
              if (detach.error) detach.reset();
            }}
            onDone={unbind}
          />
        </FieldGroup>
      </Sheet>
    </>
  );
}
