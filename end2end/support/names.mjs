// The names by which a screen reader and a test find things: the English ones of docs/contract.md and the Korean ones beside
// them. Written down here a second time on purpose; a renamed button must be noticed.
const en = {
  cluster: /^(Cluster|Machines)$/, messages: 'Messages in flight', legend: 'Legend', events: 'Events', time: 'Time',
  crashLeader: 'Crash leader', retry: 'Retry request', retryAsNew: 'Retry as new request', loseAnswer: 'Lose next answer',
  buy: 'Buy', play: 'Play', pause: 'Pause', stepForward: 'Step forward', stepBack: 'Step back', startOver: 'Start over', undo: 'Undo', redo: 'Redo', view: 'View', fullScreen: 'Full screen',
  customer: 'Customer', item: 'Item', speed: 'Speed',
  servers: 'Servers', logs: 'Logs', accounts: 'Accounts', answersKept: 'Answers kept', promises: 'Promises',
  crash: 'Crash', restart: 'Restart', timeOut: 'Time out now', cutOff: 'Cut off', reconnect: 'Reconnect',
  closerLook: 'A closer look', closerServer: letter => `Server ${letter}`, pauseProcess: 'Pause process', resumeProcess: 'Resume process', close: 'Close',
  broken: /broken/,
  lesson: { start: 'Watch what happens', skip: 'Without a guess', continue: 'Continue', again: 'From the beginning', beside: 'Show both worlds side by side',
    alone: 'Only the right world', begin: 'Begin from the start', forget: 'Forget my answers and progress', guess: 'Your guess', other: /^(Cluster|Machines) under another rule$/,
    phases: ['Guess', 'Watch', 'Why', 'Challenge', 'Play', 'Recap'], done: /^Done, in (\d+) actions/, left: /your own run now/ },
  sword: 'Legendary Sword', shield: 'Magic Shield', cheolsu: 'Cheolsu', yeonghui: 'Yeonghui',
  roles: { leader: 'leader', follower: 'follower', candidate: 'candidate', down: 'down' },
  server: (letter, role) => new RegExp(`^Server ${letter}, ${role === null ? '' : `${en.roles[role]},`}`),
  // Lines of the event list; each begins with its moment in seconds.
  leads: /^(\d+\.\d{3}) s ([A-I]) leads generation (\d+)/,
  commits: /^\S+ s [A-I] commits entry (\d+)/,
  crashes: /^\S+ s ([A-I]) crashes/,
  learned: number => new RegExp(`Cheolsu hears about request ${number}: bought`),
  answerLost: /answer is lost on the way/,
  fromCache: /has done request \d+ of Cheolsu before and gives the kept answer/,
};

const ko = {
  cluster: /^(클러스터|기계)$/, messages: '전송 중인 메시지', legend: '범례', events: '이벤트', time: '시간',
  crashLeader: '리더 죽이기', retry: '요청 재시도', retryAsNew: '새 요청으로 재시도', loseAnswer: '다음 응답 유실',
  buy: '구매', play: '재생', pause: '일시 정지', stepForward: '한 단계 앞으로', stepBack: '한 단계 뒤로', startOver: '처음부터', undo: '되돌리기', redo: '다시 하기', view: '보기', fullScreen: '전체 화면',
  customer: '고객', item: '아이템', speed: '속도',
  servers: '서버', logs: '로그', accounts: '계정', answersKept: '보관된 응답', promises: '약속',
  crash: '죽이기', restart: '다시 시작', timeOut: '지금 타임아웃', cutOff: '네트워크에서 분리', reconnect: '다시 연결',
  closerLook: '자세히 보기', closerServer: letter => `서버 ${letter}`, pauseProcess: '프로세스 일시 중단', resumeProcess: '프로세스 재개', close: '닫기',
  broken: /깨짐/,
  lesson: { start: '어떻게 되는지 보기', skip: '예측하지 않고 보기', continue: '계속', again: '처음부터 다시', beside: '두 세계를 나란히 보기',
    alone: '바른 세계만 보기', begin: '처음부터 시작', forget: '내 답과 진도 지우기', guess: '나의 예측', other: /^다른 규칙의 (클러스터|기계)$/,
    phases: ['예측', '관찰', '이유', '도전', '자유 실험', '정리'], done: /^(\d+)번의 동작으로 해냈습니다/, left: /여러분이 이어받은/ },
  sword: '전설의 검', shield: '마법의 방패', cheolsu: '철수', yeonghui: '영희',
  roles: { leader: '리더', follower: '팔로워', candidate: '후보', down: '다운' },
  server: (letter, role) => new RegExp(`^서버 ${letter}, ${role === null ? '' : `${ko.roles[role]},`}`),
  leads: /^(\d+\.\d{3})초 ([A-I])[가이] \d+표를 얻어 (\d+)세대 리더가 된다/,
  commits: /^\S+ [A-I][가이] 엔트리 (\d+)번을 커밋한다/,
  crashes: /^\S+ ([A-I])[가이] 죽었다/,
  learned: number => new RegExp(`철수가 ${number}번 요청의 결과를 듣는다: 구매 완료`),
  answerLost: /응답이 도중에 사라진다/,
  fromCache: /철수의 \d+번 요청을 이미 처리했으므로 보관된 응답을 돌려준다/,
};

export const NAMES = { en, ko };
