// What people do all day and no tool here does, as it is told to be done.
// From the most frequent 25,000 words of SUBTLEX (ISC) that WordNet (Princeton) knows as verbs before all; none is a word of
// the registry or of `../lexicon.ts`.

export const VERBS = `
  abandon abduct abide absolve absorb abstain abuse accommodate accompany accomplish accord accumulate accuse ache
  achieve acknowledge adapt adhere adjourn administer admire admit adopt adore advertise advocate affect afford
  affront aggravate agree aid aim alienate allow allure amaze amputate amuse anagram anchor annex annihilate annoy
  annul antagonize ante anticipate apparel appear appease applaud appreciate apprehend approximate arch archive
  argue arise arouse arrest arrive articulate ascend ascertain aspire assassinate assemble assert assimilate
  assist associate assume assure atone attack attain attract attribute authenticate avail avenge avert avoid await
  awaken babble babysit backtrack badger bail bake bang banish bankrupt baptize barbecue base bask bat bathe
  batter bawl bear become beep befall befriend beg begin behave believe belittle belong bend bequeath beseech
  bestow bet betray bicker bid bide bind bite blab blackmail blame blast bleed blend bless blight blink blister
  bloom blubber blurt blush boast boil boom boomerang boost bore borrow bother bounce bow boycott brag breach
  break breathe breed brew brighten broaden bruise brush buckle budge buffet bump buoy burn burst bury bust bustle
  butcher butterfly bypass camouflage caper capture care caress carve cast catapult catch cater cause cease
  certify challenge chant chaperon characterize chatter cheat cherish chew chirp choke choose chop christen
  chuckle churn circulate circumvent clamp clang clap clarify clasp clatter cleanse climb clinch clink clobber
  clog cloister clothe cluck clunk clutch coax cock coexist cog coil coincide collaborate collapse collide
  commandeer commemorate commence commend communicate commute compassionate compel compensate compete complicate
  comply compound comprehend compress conceal concede conceive concentrate concern conclude concur condemn condone
  confess confine confiscate conform confront confuse conjure conquer conserve consider console consort conspire
  constitute construct consult consume consummate contain contaminate contemplate contend continue contradict
  contribute convene converge converse convey convict coo cook cooperate coordinate cope copyright correspond
  corroborate cough counteract covet crack crackle cram crank crave creak crease creep cripple criticize croak
  croquet cross crow crucify cruise crumble crush cry cuddle cultivate cure curry curse curtsy cushion dab dabble
  dance dangle dare darn dart dash dawdle daydream daze dazzle deactivate debrief deceive decipher declare decline
  decode decompress decorate decrease dedicate deduce deduct deem defend defenestrate defer deflect defuse defy
  degrade delay demand demolish demonstrate denounce dent deny depart depend depict deport deposit depress deprive
  derail descend desert desist despise destruct detach detain deteriorate detest detonate deviate devise devote
  devour diagnose dictate diddle die diffuse dig digest dignify diminish dine dip direct disagree disappear
  disappoint disapprove disarm disband discard disconnect discontinue discourage discriminate disdain disengage
  dishonor disintegrate dislike dismantle dismiss dismount disobey disparage dispatch dispense disperse dispose
  disprove dispute disqualify disregard disrupt dissect dissolve dissuade distinguish distract distrust disturb
  divert divulge docket dominate don donate doom douse drag drain drape draw dread dress dribble drift drill drink
  drip drown dry dub duck dump dunk dupe dwarf dwell dye earn ease eat eavesdrop educate eject elect electrocute
  elevate elicit eliminate elope embark embarrass embrace emcee emerge empathize emphasize employ emulate enamel
  encounter encourage endanger endorse endure enforce enhance enjoy enlarge enlighten enlist enslave ensure entail
  entertain entice entrust envision envy eradicate erect err escape escort establish evacuate evade evict evolve
  exaggerate exceed except excite exert exhaust exhibit exile exist exonerate expect expel expire explode exploit
  express exterminate extinguish extort facilitate fade fag faggot fail fall fantasize fascinate fasten fathom
  favor feel fell felt fend ferret ferry fight fizz flake flank flap flash flatten flatter flaunt flee flex flick
  flicker flinch flip flirt flit float flop flourish flush flutter fly fold fondle forbid foreclose forego foresee
  forfeit forgive formulate fornicate forsake found fracture fray freshen fret frighten frisk frobnicate frown fry
  fudge fulfil fulfill fumble furlough furnish fuse fuss gab gain gallop gamble gamify gargle garnish gash gasp
  gauge gaze gear giggle glare glaze glide glitter gloat glow glue gobble goof gorge gouge grab graduate grasp
  graze grieve grin grind grip grit groan groom grovel growl grunt guarantee guide gull gulp gush gyp haggle
  hamper hang happen harass harbour harden harvest hasten hatch hate haul haunt heal hear heist hesitate highlight
  hightail hijack hinder hint hiss hit hitch hitchhike hock hog hoist hold holler hone honeymoon honk honor hook
  hoot hop hope hover huddle huff hug hum humiliate hunt hurdle hurl hurt hustle hydrate hyperventilate hypnotize
  ignite illuminate illustrate imagine imitate impart impede impersonate implant implicate implore imply impose
  impound impress imprint include incorporate incriminate incur indicate indict induce indulge infect infer
  infiltrate inflate inflict inhabit inhale inherit initiate inject injure inquire insinuate insist inspire
  institute instruct insult insure intend intercede intercept interfere intern interpret interrogate interrupt
  intervene intimidate intrude intubate invade invent invoke involve irrigate irritate isolate itch jab jabber
  jackrabbit jeopardize jerk jettison jib jig jingle jive jog juggle kayak keynote kick kidnap kiss kneel knit
  knock label lace ladle lag lament lard lash latch laugh launder lavish lay lean leap lend lengthen lessen
  liberate lick lie lift lighten limp linger liquidate live liven loathe lodge loosen lounge love lube lug lure
  magnify malt manicure manifest manipulate manufacture maroon marry marvel masquerade massacre massage mastermind
  materialize maximize mean meddle meditate melt memorize mend mention mesh mince mingle minimize misbehave
  mislead misread mistrust misunderstand misuse mix moan mobilize mock modify mold monetise monetize moor mop mope
  mosey motorbike motorboat mould mourn mow muck multiply mumble murmur muse muster mutilate nab nag nail navigate
  neglect neutralize nibble nip nod notarise notch notice nuke obey oblige obscure observe obsess obstruct obtain
  occupy occur offend offset ooze operate oppose outdo outlaw outlive outnumber outrank outrun outsmart outwit
  overcome overdo overdose overdrive overflow overhear overlap overlay overlook overpower overreact overrun
  oversee overtake overthrow overwhelm owe pack paddle padlock paint pamper pant pardon parlay partake participate
  patronize peck peddle peel peep peer penetrate pepper perceive perch perish permit persecute persist pervert
  pester piggyback pin pinch pinpoint pioneer plague plait plead pledge plop plow pluck plunge poise polish ponder
  pooch portray pose possess pounce pour practise prance pray preach preface prefer prescribe preserve presume
  pretend prevail prevent prick probate probe proceed proclaim procreate prod prolong pronounce prosecute prosper
  provoke prowl prune pry pucker puddle puff pump punch puncture punish punt purify purr putt putter puzzle
  pyramid quadruple quail quarrel quench quibble quit radiate rake rally ram ramble rap ratchet rationalize rattle
  rave react realise realize reap rearrange reassure rebound rebuild recant recapture recess recharge reciprocate
  recite reckon reclaim recognise recognize recollect reconsider reconstruct reconvene recount recreate recruit
  rectify recycle redecorate redeem redirect redo reek refill reflect refuel refuse refute regain regard regret
  regroup regulate rehearse reign reimburse reinforce reinstate reiterate rejoice rejoin rekindle relapse relate
  relax relieve relinquish relive reload relocate rely remain remake remarry reminisce remodel render renounce
  repair repay repel repent replenish replicate reposition represent reprimand require requisition rescind rescue
  resemble resent reside resign resist resort restart restrain restrict resurrect resuscitate retain retake
  retaliate retard rethink retire retrace retract retreat reunite revel reverence revisit revive revoke revolve
  rewind rid riddle ride ridicule rig rinse rip rise roam roar roast rob romp roost rot rotate rouse rub ruffle
  rummage rupture rush rust rustle safeguard sag sail salute salvage sanction sap satisfy savor savvy saw scab
  scare scatter scold scoot scour scout scowl scram scramble scratch scream scribble scrounge scrub scurry scuttle
  seal secure seduce seek seem segue seize serialize serve settle sew shake sharpen shatter shave shed shimmer
  shimmy shine shiver shoot shout shove shrink shroud shudder shuffle shun shush shuttle shy sift sigh signify
  simmer sink sip sire sit sizzle skedaddle skid skim skip slag slam slang slap slash slate slay sleep sleet slew
  slime slop slouch slug slumber slump slush smack smash smell smile smirk smite smock smother smuggle snag snap
  snare snarl snatch sneak sneer sniff snitch snoop snore snort snowboard snuggle soak soar sob socialize soften
  solicit soothe sour sow spar spare spat spawn spear specialize speculate spend spill spin spit splash splat
  spoil sponge sponsor spool spout sprain spread sprinkle sprint sprout squander squash squat squawk squeak squeal
  squeeze squint squirm squirt squish stab stabilize stag stagger stain stalk stamp stampede stand stare startle
  starve steal steam steer stew stimulate sting stink stipulate stir stomp stooge stoop stow straddle straighten
  stray streamline strengthen stretch strike strive stud stumble stun stutter sub subdue sublet subpoena
  substitute subtract succeed suck suffer suffice sulk sulphur summon supervise support suppose suppress surge
  surrender surround survive suspect sustain swab swag swallow swarm sway swear sweep sweeten swell swerve swill
  swim swindle swipe swirl swoon swoop sympathize tack tackle tailor tame tamper tampon tap tat taunt tear tease
  telescope telex tempt tend terrify terrorize testify thaw thrash thread threaten thrive throw thrust thud thump
  tickle tie tighten tilt tingle tinkle tiptoe toil tolerate topple torture toss touch toughen trace tramp trample
  transmit transplant tread tremble trespass triangulate trim triplicate trot trust tuck tug tumble tunnel tweak
  twine twinkle twirl twist twitch unbutton uncover underestimate undergo undermine understand undertake undo
  undress unfold unfreeze unhook unite unleash unload unpack unplug unravel unscrew untie unveil unwind unwrap
  unzip uphold upset urge usher utilize utter vacate vamoose vamp vanish vanquish vary veil venture vest vibrate
  vie violate visa visualise visualize volunteer vote vouch vow wad wag wail waive wake walk wallop wallow wander
  wank wanton warp warrant wash waste weaken wear weave weep weigh welcome weld whack wheelbarrow wheeze whimper
  whine whip whirl whirlpool whisk whisper whistle whitewash whiz whoosh widen wield wiggle wilt wink wiretap wish
  wither withhold withstand witness wobble wonder worry wrap wreak wreck wrench wrestle wring yap yawn yearn yeet
  yell yield zap zoom
`
