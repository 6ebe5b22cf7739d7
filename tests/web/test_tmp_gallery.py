import time, pickle, sys
from tests.web.gallery import Gallery
from tests.web.doors import STATES, routes
def test_x(cast):
    t=time.time(); g=Gallery(cast).fill()
    print(len(g.pages), time.time()-t, set(routes())-set(g.seen))
    pickle.dump(list(g.pages.values()), open("/tmp/pages.pkl","wb"))
