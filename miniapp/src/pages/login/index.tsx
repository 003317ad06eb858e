import { useQuery } from '@tanstack/react-query';
import { Button, Text, View } from '@tarojs/components';

export default function LoginPage() {
  const ready = useQuery({ queryKey: ['ready', 'pages/login'], queryFn: async () => '已就绪' });
  return (
    <View>
      <Text>登录</Text>
      <Text>{ready.data ?? '正在加载'}</Text>
      <Button onClick={() => void ready.refetch()}>刷新</Button>
    </View>
  );
}
